"""Reads topics in bulk: a thousand records a call, since a run leaves hundreds of thousands."""
import time

import confluent_kafka

AT_ONCE = 5000


def _consumer(bootstrap):
    return confluent_kafka.Consumer({
        "bootstrap.servers": bootstrap, "group.id": "chaos-reader", "enable.auto.commit": False, "log_level": 2,
        "auto.offset.reset": "earliest", "fetch.message.max.bytes": 16000000, "reconnect.backoff.max.ms": 1000})


def ends(bootstrap, topics, timeout=10):
    """{topic: {partition: (first offset, end offset)}}."""
    consumer = _consumer(bootstrap)
    try:
        known = consumer.list_topics(timeout=timeout).topics
        return {topic: {partition: consumer.get_watermark_offsets(
            confluent_kafka.TopicPartition(topic, partition), timeout) for partition in known[topic].partitions}
            for topic in topics if topic in known}
    finally:
        consumer.close()


def read(bootstrap, topic, first=None, limit=None, timeout=120):
    """Messages of a topic up to its present end, in the order of each partition. `first` gives the share
    (0 to 1) of each partition to pass over, `limit` a number of records after which it may stop."""
    left = {}
    places = []
    for partition, (low, high) in ends(bootstrap, [topic]).get(topic, {}).items():
        start = low + int((high - low) * (first or 0))
        if high > start:
            left[partition] = high
            places.append(confluent_kafka.TopicPartition(topic, partition, start))
    consumer, deadline, count = _consumer(bootstrap), time.monotonic() + timeout, 0
    try:
        consumer.assign(places)
        while left and (limit is None or count < limit):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{topic} was not read to its end")
            messages = consumer.consume(AT_ONCE, timeout=0.2)
            for message in messages:
                if message.error():
                    raise confluent_kafka.KafkaException(message.error())
                count += 1
                yield message
            for place in consumer.position([confluent_kafka.TopicPartition(topic, partition) for partition in left]):
                if place.offset >= left[place.partition]:
                    del left[place.partition]
    finally:
        consumer.close()


def send_again(bootstrap, messages):
    """Messages that were read, once more at the end of their partitions, bytes and all, in this order."""
    producer = confluent_kafka.Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "log_level": 2,
                                         "message.max.bytes": 16000000})
    failed = []
    for message in messages:
        producer.produce(message.topic(), value=message.value(), key=message.key(), headers=message.headers(),
                         partition=message.partition(), on_delivery=lambda error, _: error and failed.append(error))
    left = producer.flush(30)
    if left or failed:
        raise confluent_kafka.KafkaException(failed[0] if failed else confluent_kafka.KafkaError._TIMED_OUT)


def is_event(message):
    """Whether it is one that a service wrote, and not poison."""
    value = message.value()
    return value is not None and b'"sequence"' in value and b"1e999" not in value
