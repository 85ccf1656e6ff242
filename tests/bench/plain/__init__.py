"""What `tests.bench.engines` holds the studio against: a plain script an engine, by somebody who knows its library.

A module an engine, by its id, without a library at its top:

- `LOOP`, `DECODER`: where the library has the loop that generates (`loops` has some), or else a step of it, and what
  makes a sound or a picture of it, if anything, as `module:Class.method`;
- `TASK`, `PARAMS`: how the studio is asked for the same;
- `SHORT`, `LONG`: the texts of a short piece of work and of a long one, each a list of sentences;
- `make(folder)`: writes a checkpoint of the real classes, large enough that a step takes some milliseconds;
- `Script(folder)` with `make(texts, seed, steps, out)`: has loaded it, and makes one file.

`python -m tests.bench.plain` runs them, in the interpreter of the engine's pack.
"""
