"""REST APIs (API Gateway v1): a request from the stage's path to its integration and back.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html
"""
