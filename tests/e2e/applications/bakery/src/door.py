from ledger import note


def welcome(event, context):
    note(f"welcome {event['detail']['name']}", type=event["detail-type"], source=event["source"])


def open_shop(event, context):
    note(f"lights {event['lights']}", at=event.get("at", "sunrise"))
