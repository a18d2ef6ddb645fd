"""Tests of the reader; none needs the web."""
