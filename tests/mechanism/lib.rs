//! Whether every fault of the mechanism is noticed: see the tests.
