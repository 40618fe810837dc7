//! stipule-wire
