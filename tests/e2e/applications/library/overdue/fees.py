"""What a reader owes."""


def fee(event, context):
    return 25 * max(0, event["kept"] - event["allowed"])
