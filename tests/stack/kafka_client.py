"""Kafka for tests: write raw bytes, read a topic back from its beginning.

Debian's confluent_kafka stands on the same librdkafka as the daemons.
"""
import time

import confluent_kafka
from confluent_kafka import admin

TIMEOUT = 20


class Record:
    """A record as read: bytes, and headers as a list of (name, bytes)."""

    def __init__(self, message):
        self.topic, self.partition, self.offset = message.topic(), message.partition(), message.offset()
        self.key, self.value, self.headers = message.key(), message.value(), message.headers() or []
        self.timestamp_ms = message.timestamp()[1]

    def header(self, name):
        """The last value of a header as text, or None."""
        values = [value for key, value in self.headers if key == name]
        return values[-1].decode(errors="replace") if values and values[-1] is not None else None

    def __repr__(self):
        return f"<{self.topic}[{self.partition}]@{self.offset} key={self.key!r} {self.value!r:.80}>"


class KafkaClient:
    """Takes the broker's address: KafkaClient(stack.broker.bootstrap)."""

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self.settings = {"bootstrap.servers": bootstrap, "reconnect.backoff.max.ms": 1000, "log_level": 2}
        self._producer = None
        self._admin = admin.AdminClient(self.settings)  # kept: its futures fail once it is collected

    def produce(self, topic, value, key=None, headers=None, partition=None):
        """Write one record and wait until the broker has it. Returns (partition, offset)."""
        if self._producer is None:
            self._producer = confluent_kafka.Producer(dict(
                self.settings, **{"acks": "all", "message.max.bytes": 16000000, "linger.ms": 0,
                                  "topic.metadata.propagation.max.ms": 5000}))
        outcome = []
        place = {} if partition is None else {"partition": partition}
        self._producer.produce(topic, value=value, key=key, headers=headers,
                               on_delivery=lambda error, message: outcome.append((error, message)), **place)
        self._producer.flush(TIMEOUT)
        if not outcome:
            raise TimeoutError(f"no acknowledgement for a record to {topic}")
        error, message = outcome[0]
        if error:
            raise confluent_kafka.KafkaException(error)
        return message.partition(), message.offset()

    def read(self, topic, timeout=TIMEOUT):
        """All records of a topic, from the beginning to where it ended at the time of the call."""
        return list(self._records(topic, time.monotonic() + timeout, follow=False))

    def wait_for(self, topic, wanted, count=1, timeout=TIMEOUT):
        """Read from the beginning and onwards until `count` records satisfy wanted(record)."""
        found = []
        for record in self._records(topic, time.monotonic() + timeout, follow=True):
            if wanted(record):
                found.append(record)
                if len(found) == count:
                    return found
        raise TimeoutError(f"{len(found)} of {count} wanted records in {topic} after {timeout} s")

    def end_offsets(self, topic):
        """{partition: offset the next record will get}."""
        with_consumer = self._consumer()
        try:
            return {partition: with_consumer.get_watermark_offsets(
                confluent_kafka.TopicPartition(topic, partition), TIMEOUT)[1]
                for partition in self._partitions(with_consumer, topic)}
        finally:
            with_consumer.close()

    def topics(self):
        """{name: number of partitions}."""
        found = self._admin.list_topics(timeout=TIMEOUT).topics
        return {name: len(topic.partitions) for name, topic in found.items()}

    def create_topic(self, name, partitions=1, config=None):
        """Make a topic; nothing happens when it is there."""
        topic = admin.NewTopic(name, partitions, 1, config=config or {})
        for future in self._admin.create_topics([topic], request_timeout=TIMEOUT).values():
            try:
                future.result()
            except confluent_kafka.KafkaException as error:
                if error.args[0].code() != confluent_kafka.KafkaError.TOPIC_ALREADY_EXISTS:
                    raise

    def delete_topic(self, name):
        """Remove a topic and wait until the broker no longer names it."""
        for future in self._admin.delete_topics([name], request_timeout=TIMEOUT).values():
            future.result()
        end = time.monotonic() + TIMEOUT
        while name in self.topics():
            if time.monotonic() > end:
                raise TimeoutError(f"{name} is still there after {TIMEOUT} s")
            time.sleep(0.1)

    def topic_config(self, topic):
        """{name: value} of what was set for this topic itself."""
        resource = admin.ConfigResource(admin.ConfigResource.Type.TOPIC, topic)
        entries = list(self._admin.describe_configs([resource], request_timeout=TIMEOUT).values())[0].result()
        return {name: entry.value for name, entry in entries.items()
                if entry.source == admin.ConfigSource.DYNAMIC_TOPIC_CONFIG.value}

    def set_topic_config(self, topic, changes):
        """Change settings of a topic; the others stay. Returns once the broker shows them."""
        wanted = {**self.topic_config(topic), **changes}
        resource = admin.ConfigResource(admin.ConfigResource.Type.TOPIC, topic, set_config=wanted)
        for future in self._admin.alter_configs([resource], request_timeout=TIMEOUT).values():
            future.result()
        end = time.monotonic() + TIMEOUT
        while self.topic_config(topic) != wanted:
            if time.monotonic() > end:
                raise TimeoutError(f"{topic} does not take {changes}")
            time.sleep(0.1)

    def _consumer(self):
        # Reads by explicit assignment and never commits: the group name only has to be there.
        return confluent_kafka.Consumer(dict(
            self.settings, **{"group.id": "tests-reader", "enable.auto.commit": False,
                              "auto.offset.reset": "earliest", "fetch.message.max.bytes": 16000000}))

    @staticmethod
    def _partitions(consumer, topic):
        described = consumer.list_topics(topic, timeout=TIMEOUT).topics[topic]
        if described.error:
            raise confluent_kafka.KafkaException(described.error)
        return sorted(described.partitions)

    def _records(self, topic, deadline, follow):
        consumer = self._consumer()
        try:
            places = [confluent_kafka.TopicPartition(topic, partition, confluent_kafka.OFFSET_BEGINNING)
                      for partition in self._partitions(consumer, topic)]
            left = {}
            for place in places:
                low, high = consumer.get_watermark_offsets(place, TIMEOUT)
                if high > low:
                    left[place.partition] = high
            consumer.assign(places)
            while (follow or left) and time.monotonic() < deadline:
                message = consumer.poll(0.1)
                if message is None:
                    # Deleted or compacted records leave the end without a record: the position tells.
                    for place in consumer.position([confluent_kafka.TopicPartition(topic, p) for p in left]):
                        if place.offset >= left[place.partition]:
                            del left[place.partition]
                    continue
                if message.error():
                    raise confluent_kafka.KafkaException(message.error())
                yield Record(message)
                if message.offset() + 1 >= left.get(message.partition(), 0):
                    left.pop(message.partition(), None)
            if left and not follow:
                raise TimeoutError(f"{topic} was not read to its end")
        finally:
            consumer.close()
