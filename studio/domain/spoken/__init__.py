"""English text as it is said: numbers, dates, money, units, abbreviations and signs in words. Pure; any thread."""
