//! stipule-pattern
