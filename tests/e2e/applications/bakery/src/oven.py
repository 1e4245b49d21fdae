from ledger import note


def bake(event, context):
    for record in event["Records"]:
        image = record["dynamodb"]["NewImage"]
        note(f"baked {image['id']['S']}", cake=image["cake"]["S"], source=record["eventSource"])
