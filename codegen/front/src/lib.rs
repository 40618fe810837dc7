//! stipule-front
