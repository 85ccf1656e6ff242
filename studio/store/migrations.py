"""The database's versions: a list of steps, only ever added to. A database at version n has had the first n."""

from __future__ import annotations

MIGRATIONS: tuple[str, ...] = (
    """
    create table jobs (
        id integer primary key autoincrement,
        state text not null,
        task text not null,
        engine text,
        request text not null,
        created real not null,
        started real,
        finished real,
        cancel integer not null default 0,
        settled integer not null default 0,
        retry_of integer references jobs(id),
        error text,
        notes text not null default '[]',
        timing text not null default '{}',
        units real not null default 0,
        device text not null default '',
        progress text not null default ''
    );
    create index jobs_by_state on jobs(state, id);
    create table media (
        id integer primary key autoincrement,
        job integer references jobs(id) on delete set null,
        kind text not null,
        file text not null,
        sha256 text not null,
        master text not null,
        master_sha256 text not null,
        facts text not null,
        recipe text not null,
        created real not null
    );
    create index media_by_job on media(job);
    create table envelope (
        engine text not null,
        model text not null,
        size text not null,
        device text not null,
        driver text not null,
        precision text not null,
        rungs text not null,
        failure text not null,
        updated real not null,
        primary key (engine, model, size, device, driver, precision)
    );
    """,
    # What an export puts where, written before it is done: so a retry after a crash knows the files that are its own.
    """
    create table exported (
        id integer primary key autoincrement,
        job integer not null references jobs(id) on delete cascade,
        path text not null,
        use text not null,
        sha256 text not null,
        facts text not null,
        recipe text not null
    );
    create index exported_by_job on exported(job);
    """,
    # For the window: jobs that overtake others, jobs whose result goes into a project, and a library one can keep order
    # in. What is trashed stays on the disk until the trash is emptied.
    """
    alter table jobs add column priority integer not null default 0;
    alter table jobs add column project text not null default '';
    alter table jobs add column landed integer not null default 0;
    create index jobs_waiting on jobs(state, priority, id);
    create index jobs_for_project on jobs(project, landed) where project != '';
    alter table media add column title text not null default '';
    alter table media add column tags text not null default '[]';
    alter table media add column starred integer not null default 0;
    alter table media add column trashed real;
    create index media_by_time on media(trashed, created, id);
    """,
    # How engines fared, with which rungs, how often and how: the safe envelope follows from it.
    """
    create table experience (
        engine text not null,
        model text not null,
        size text not null,
        device text not null,
        driver text not null,
        precision text not null,
        rungs text not null,
        worked integer not null default 0,
        dirty integer not null default 0,
        dirty_now integer not null default 0,
        failures text not null default '{}',
        reason text not null default '',
        updated real not null,
        primary key (engine, model, size, device, driver, precision, rungs)
    );
    insert into experience (engine, model, size, device, driver, precision, rungs, worked, reason, updated)
        select engine, model, size, device, driver, precision, rungs, 1, failure, updated from envelope;
    drop table envelope;
    alter table jobs add column overtaken integer not null default 0;
    """,
)
