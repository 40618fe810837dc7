//! stipule-rules
