//! stipule-runtime
