"""Providers as their documentation tells of them, on loopback, for tests over real HTTP; bodies written from it."""
