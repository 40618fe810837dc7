"""What becomes of an event that can't be handled yet: tried as often as its contract says, it waits among the dead letters
until somebody redrives it."""

import json
import uuid

import story

EARLY, LATE = "loyalty-on-return-closed", "loyalty-on-order-completed"
DEAD = "loyalty-dead"


class Queues:
    """The queues of a stage, by their names there."""

    def __init__(self, queues, prefix):
        self.queues, self.prefix = queues, prefix

    def url(self, name):
        return self.queues.get_queue_url(QueueName=self.prefix + name)["QueueUrl"]

    def send(self, name, body):
        self.queues.send_message(QueueUrl=self.url(name), MessageBody=body)

    def receive(self, name):
        """What waits there, which nobody else gets until it is sent on or seen again."""
        return self.queues.receive_message(QueueUrl=self.url(name), VisibilityTimeout=30).get("Messages", [])

    def redrive(self, dead, name):
        """What `start-message-move-task` does, which MiniStack doesn't know; how many there were."""
        count = 0
        while found := self.receive(dead):
            for message in found:
                self.send(name, message["Body"])
                self.queues.delete_message(QueueUrl=self.url(dead), ReceiptHandle=message["ReceiptHandle"])
            count += len(found)
        return count


def event(like, name, source, aggregate, data):
    """An event of the store that another one belongs to, as the bus delivers it."""
    detail = dict(like, id=str(uuid.uuid4()), name=name, source=source, aggregate=aggregate, seq=1, data=data)
    return json.dumps({"detail-type": name, "source": source, "detail": detail})


def wait_in_vain(queues, shop, told, settled):
    """Points are to be taken back before they are earned. `told` is every event so far; `settled` waits until no message waits."""
    like = next(it for it in told if it["name"] == "Customer.Registered" and it["tenant"] == "maple")
    customer, order, back = like["data"]["customerId"], str(uuid.uuid4()), str(uuid.uuid4())

    def points():
        return story.points(shop, customer)

    def have(wanted):
        return story.wait(f"{wanted} points", lambda: wanted if points() == wanted else None)

    early = event(
        like, "Return.Closed", "commerce.returns", {"name": "Return", "id": back},
        {"returnId": back, "orderId": order, "customerId": customer, "refund": {"amount": 1850, "currency": "CAD"},
         "restock": []},
    )
    # Twelve tries, without the minute between them that the contract asks for.
    queues.queues.set_queue_attributes(QueueUrl=queues.url(EARLY), Attributes={"VisibilityTimeout": "1"})
    queues.send(EARLY, early)
    waiting = story.wait("a dead letter", lambda: queues.receive(DEAD) or None, 120)
    whole = [json.loads(it["Body"])["detail"] for it in waiting] == [json.loads(early)["detail"]]
    story.tell(step="what comes too early waits among the dead letters, whole", answer=[whole, points()])
    queues.queues.change_message_visibility(
        QueueUrl=queues.url(DEAD), ReceiptHandle=waiting[0]["ReceiptHandle"], VisibilityTimeout=0
    )
    total = {"amount": 3700, "currency": "CAD"}
    data = {"orderId": order, "customerId": customer, "total": total, "completedAt": like["time"]}
    queues.send(LATE, event(like, "Order.Completed", "commerce.orders", {"name": "Order", "id": order}, data))
    have(37)
    moved = queues.redrive(DEAD, EARLY)
    story.tell(step="it is redriven when it can be handled", answer=[moved, have(19)])
    queues.send(EARLY, early)
    settled()
    again = queues.redrive(DEAD, EARLY)
    story.tell(step="what was handled comes again without effect", answer=[again, points()])
