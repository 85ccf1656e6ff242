"""Music by rules, played with sampled instruments. Started as a process of its own, never imported."""
