"""Reads CloudFront distributions with the policies and buckets they refer to."""
