"""The sentences a song is made of, with gaps; and the rules of what a gap takes. Data; all written for this engine.

Gaps: `act` what I do (`did` in the past, `doing`), `act_we` and `act_you` the same without "my" or "you"; `scene` a
whole clause; `place`, `tail` where and how (`tail_we` without "my"); `n` a noun, `a` one with its article; `own` words
of the theme, `name` a name among them; `adj` what something is, `attr` a quality before a noun. `a|b` is for one | for
many, as the noun before it is. The last gap makes the rhyme.
"""

from __future__ import annotations

OPEN = """
{scene}
{scene} {place}
{scene} {tail}
I {act}
I {act} {place}
I {act} {tail}
I {did}
I {did} {place}
I still {act}
I still {act} {place}
we {did_we} {place}
we {did_we} {tail_we}
we used to {act_we}
we used to {act_we} {place}
I used to {act}
I used to {act} {place}
I remember the {n} {place}
I remember {own} {place}
there's {a} {place}
there was {a} {place}
there's {own} {place}
the {n} {is|are} {adj}
the {n} {was|were} {adj}
the {n} {is|are} {adj} {place}
the {attr} {n} {place}
{own} {is|are} {adj}
you {did_you} {place}
you were {doing_you} {place}
I was {doing} {place}
I was {doing} {tail}
somebody left {a} {place}
I can hear the {n} {place}
I can see the {n} {place}
I dream of {own} {place}
I'm looking for {own} {place}
nobody told me to {act}
we never learned to {act_we}
they say the {n} {is|are} {adj}
they say that {scene}
some days I {act}
some nights I {act}
some nights I {act} {place}
every night {scene}
every day I {act}
here I am {doing} {place}
I've been {doing} {place}
I've been {doing} {tail}
on a night like this I {act}
once we {did_we} {place}
I wish that I could {act}
if only I could {act}
it takes a while to {act}
you showed me how to {act}
I always meant to {act}
it's time for us to {act_we}
I think about the {n} {place}
I wake up and {scene}
I close my eyes and {scene}
outside {scene}
again {scene}
tonight {scene}
I knew the {n} {was|were} {adj}
tonight the {n} {is|are} {adj}
somehow the {n} {is|are} {adj}
I wish the {n} {was|were} {adj}
I can't forget the {n} {place}
I see {own} {place}
I {did} {tail}
"""

FOLLOW = """
and {scene}
and {scene} {tail}
and {scene} {place}
while {scene}
while {scene} {place}
where {scene}
as {scene}
till {scene}
before {scene}
but {scene} {tail}
but {scene}
and I {act}
and I {act} {tail}
and I {act} {place}
and we {act_we} {place}
but I {act} {tail}
so I {act}
so I {act} {tail}
and nobody sees me {act}
and I only want to {act}
I only wanted to {act}
with {a} {place}
with the {n} {place}
with {own} {place}
with {own} {tail}
like {a} {place}
like the {n} {place}
and the {n} {is|are} {adj}
but the {n} {is|are} {adj}
and {own} {is|are} {adj}
and you {act_you} {tail}
and I'm {doing} {tail}
and I'm {doing} {place}
I'm learning to {act}
I'm learning to {act} {tail}
and all I can do is {act}
I'd give it all to {act}
and I wonder if {scene}
I swear that {scene}
and I know that {scene}
and I follow the {n} {place}
looking for {a} {place}
waiting for {own} {tail}
and I carry the {n} {place}
just to {act} {tail}
just to {act}
and it feels like {scene}
and now it's time to {act}
and still I {act} {tail}
because {scene}
the moment that {scene}
so tell me that {scene}
and maybe {scene}
and every time {scene}
and slowly {scene}
and I believe {scene}
there's no one left to {act}
and nothing to do but {act}
"""

# For lines of eleven syllables and more, in any section.
LONG_OPEN = """
{scene} {place} and I {act}
I {act} {place} and {scene}
I {did} {place} while {scene}
{scene} and I {act} {tail}
{scene} and the {n} {is|are} {adj}
{scene} and {own} {is|are} {adj}
I can hear the {n} {place} and {scene}
there's {a} {place} and {scene} {tail}
tell me that {scene} and I'll {act} {tail}
the {n} {is|are} {adj} and {scene}
you {act_you} {place} and I {act} {tail}
I close my eyes and {scene} {tail}
"""

LONG_FOLLOW = """
and {scene} {place} and I {act}
while {scene} I {act} {tail}
but {scene} and I {act} {tail}
so I {act} {place} and {scene}
and I only want to {act} while {scene}
and {scene} while {own} {is|are} {adj}
where {scene} and the {n} {is|are} {adj}
with {a} {place} I {act} {tail}
till {scene} and we {act_we} {tail_we}
and I know that {scene} {place}
and I'm {doing} {place} {tail}
"""

CHORUS_OPEN = """
oh, {scene}
oh, {scene} {tail}
hold on, {scene}
come on and {act_you}
come on and {act_we} {tail_we}
let me {act} {tail}
let me {act}
we will {act_we} {tail_we}
we're gonna {act_we} {tail_we}
I will {act} {tail}
I will {act}
all I want is to {act}
give me {own} {tail}
take me back to {own} {tail}
I'll be {doing} {tail}
I believe in {own} {tail}
so {act_you} with me {tail}
we can {act_we} {place}
I'm gonna {act} {tail}
tonight we {act_we} {tail_we}
this is how we {act_we} {tail_we}
I want to {act} {tail}
you and I will {act_we} {tail_we}
let's {act_we} {tail_we}
sing it out, {scene}
I'm ready to {act} {tail}
"""

CHORUS_FOLLOW = """
and {scene} {tail}
and {scene}
till {scene}
when {scene} {tail}
when {scene}
we'll {act_we} {tail_we}
and I'll {act} {tail}
and we'll {act_we} {place}
I won't let go of {own} {tail}
nothing but {own} {tail}
and the {n} {is|are} {adj}
even when {scene}
because {scene}
as long as {scene}
and I'll be {doing} {tail}
and you'll be {doing_you} {tail}
until we {act_we} {tail_we}
and every time {scene}
you know that {scene}
and still {scene}
and I want to {act} {tail}
and I know {scene}
"""

BRIDGE_OPEN = """
maybe {scene}
maybe {scene} {tail}
what if {scene}
and if {scene} {tail}
even if {scene}
maybe {own} {is|are} {adj}
maybe the {n} {is|are} {adj}
I don't know how to {act}
I never asked to {act}
maybe we'll {act_we} {tail_we}
and if I {act} {tail}
who's gonna {act_we} {tail_we}
somewhere {scene}
suppose that {scene}
one day I'll {act} {tail}
and when I {act} {tail}
tell me if {scene}
why do I {act} {tail}
I used to think {scene}
if you could {act_you} {tail}
"""

BRIDGE_FOLLOW = """
then I'll {act} {tail}
I'd still {act} {tail}
but I'd still {act}
maybe we {act_we} {tail_we}
and who will {act_we} {tail_we}
but I know that {scene}
there'll be {own} {tail}
I'll be here {tail}
and {scene} {tail}
one day we'll {act_we} {tail_we}
and I will {act} {tail}
and still {scene}
so let me {act} {tail}
you'll find me {doing} {tail}
I'm only here to {act}
and then {scene}
"""

HOOKS = """
take me back to {own} {tail}
give me {own} {tail}
I believe in {own} {tail}
hold on to {own} {tail}
we belong to {own} {tail_we}
all I know is {own} {tail}
I can hear {own} {tail}
I'm calling for {own} {tail}
follow {own} {tail}
nothing but {own} {tail}
{own} {is|are} {adj}
I'm coming back to {own} {tail}
come back to {own} {tail}
bring me {own} {tail}
we were made for {own} {tail_we}
give me back {own} {tail}
"""

# For names: what cannot be had or followed can be called.
NAME_HOOKS = """
oh, {name} {tail}
{name}, come back {tail}
{name}, hold on {tail}
I'm calling for {name} {tail}
{name}, stay with me {tail}
take me back to {name} {tail}
"""

DOING_HOOKS = """
we keep on {own_doing} {tail_we}
I can't stop {own_doing} {tail}
still {own_doing} {tail}
oh, we're {own_doing} {tail_we}
I'll be {own_doing} {tail}
we go on {own_doing} {place}
"""

PLAIN_HOOKS = """
so {act_you} {tail}
oh, {scene} {tail}
hold on, {scene} {tail}
come on and {act_we} {tail_we}
let me {act} {tail}
we will {act_we} {tail_we}
I will {act} {tail}
"""

# One syllable before a line that lacks one.
LEADS = ("oh,", "now", "yes,")
LED = ("{scene}", "the {", "I {act", "I can", "there's", "{own}")  # the frames it may come before


def each(table: str) -> tuple[str, ...]:
    """The frames of a table."""
    return tuple(line for line in table.splitlines() if line)
