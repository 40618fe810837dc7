//! stipule-emit
