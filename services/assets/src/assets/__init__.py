"""Users and the assets they upload: metadata in DynamoDB, files in S3, both through presigned URLs."""
