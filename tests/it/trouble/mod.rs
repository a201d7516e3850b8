//! Bad input, and a world that does not cooperate.
