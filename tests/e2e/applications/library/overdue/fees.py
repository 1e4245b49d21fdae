"""What a reader owes."""


def fee(event, context):
    return 25 * max(0, event["kept"] - event["allowed"])


def terms(event, context):
    return {"path": event["rawPath"], "caller": event["requestContext"]["accountId"], "fee": 25}
