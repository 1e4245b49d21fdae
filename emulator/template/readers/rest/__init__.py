"""REST APIs of a template: an OpenAPI body (SAM writes one), resources of their own, or both.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_ApiGateway.html
"""
