"""Pure values and rules, standard library only; nothing here does input or output, so any thread may call it."""
