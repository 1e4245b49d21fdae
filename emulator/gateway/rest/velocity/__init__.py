"""The part of Apache Velocity that API Gateway's mapping templates use. It knows nothing of requests.

https://velocity.apache.org/engine/1.7/user-guide.html
"""
