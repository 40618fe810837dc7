//! stipule-local
