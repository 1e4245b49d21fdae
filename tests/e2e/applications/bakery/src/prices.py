from ledger import note


def change(event, context):
    for record in event["Records"]:
        message = record["Sns"]
        note(f"price of {message['Subject']}", price=message["Message"], source=record["EventSource"])
