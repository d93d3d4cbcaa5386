"""Fuzzing of the generated models: any bytes and any values give an object or a DecodeError."""
