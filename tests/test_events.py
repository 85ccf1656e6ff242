"""The bus: everyone who listens hears everything while listening, and nothing after."""

from __future__ import annotations

import threading

from studio.events import Bus, JobChanged, JobNote


def test_all_listeners_hear_every_event_in_order():
    bus = Bus()
    first: list[object] = []
    second: list[object] = []
    bus.subscribe(first.append)
    bus.subscribe(second.append)
    events = [JobChanged(1, "queued"), JobNote(1, "info", "x"), JobChanged(1, "running")]
    for event in events:
        bus.publish(event)
    assert first == second == events


def test_an_ended_listener_hears_nothing_and_ending_twice_is_fine():
    bus = Bus()
    heard: list[object] = []
    others: list[object] = []
    end = bus.subscribe(heard.append)
    bus.subscribe(others.append)
    end()
    end()
    bus.publish(JobChanged(1, "queued"))
    assert heard == []
    assert len(others) == 1


def test_a_listener_may_end_itself_and_start_others_while_it_hears():
    bus = Bus()
    heard: list[object] = []

    def once(event):
        heard.append(event)
        end()
        bus.subscribe(heard.append)

    end = bus.subscribe(once)
    bus.publish(JobChanged(1, "queued"))
    bus.publish(JobChanged(2, "queued"))
    assert heard == [JobChanged(1, "queued"), JobChanged(2, "queued")]


def test_threads_subscribe_and_publish_beside_one_another():
    bus = Bus()
    heard: list[object] = []
    bus.subscribe(heard.append)

    def busy():
        for n in range(200):
            end = bus.subscribe(lambda _event: None)
            bus.publish(JobChanged(n, "queued"))
            end()

    threads = [threading.Thread(target=busy) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(heard) == 800
    bus.publish(JobChanged(0, "queued"))
    assert len(heard) == 801
