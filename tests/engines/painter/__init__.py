"""Tests of the sketch painter."""
