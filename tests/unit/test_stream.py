import pytest

from shared.engine import Record
from shared.stream import Undecodable, read_stream_record, to_stream_event
from tests.unit.making import BOT

EPOCH = "2026-11-22T12.5f"


def test_a_record_travels_as_dynamodb_streams_delivers_it() -> None:
    (record,) = to_stream_event([Record(EPOCH, 3, "nonce", b'{"a":1}')])["Records"]
    assert record == {
        "eventName": "INSERT",
        "dynamodb": {
            "SequenceNumber": "0",
            "NewImage": {
                "epoch": {"S": EPOCH},
                "version": {"N": "3"},
                "nonce": {"S": "nonce"},
                "body": {"S": '{"a":1}'},
            },
        },
    }


@pytest.mark.parametrize("body", [b'{"a":1}', "é😀".encode(), b"", None, b"\xff\xfe\0", b"\xed\xa0\x80"])
def test_a_record_arrives_as_it_left_even_if_its_body_is_no_text(body: bytes | None) -> None:
    record = Record(EPOCH, 3, "nonce", body)
    assert [read_stream_record(one) for one in to_stream_event([record, record])["Records"]] == [record, record]


def test_sequence_numbers_tell_the_records_of_a_batch_apart() -> None:
    records = to_stream_event([Record(EPOCH, version, "n", b"") for version in range(3)])["Records"]
    assert len({record["dynamodb"]["SequenceNumber"] for record in records}) == 3


@pytest.mark.parametrize(
    "stream_record",
    [
        {},
        {"dynamodb": {}},
        {"dynamodb": None},
        {"dynamodb": {"NewImage": {"epoch": {"S": EPOCH}}}},
        {"dynamodb": {"NewImage": {"epoch": EPOCH, "version": {"N": "1"}, "nonce": {"S": "n"}}}},
        {"dynamodb": {"NewImage": {"epoch": {"S": EPOCH}, "version": {"N": "one"}, "nonce": {"S": "n"}}}},
        {"dynamodb": {"NewImage": {"salt": {"S": BOT}}}},
    ],
)
def test_what_is_no_image_of_an_event_is_undecodable(stream_record: dict[str, object]) -> None:
    with pytest.raises(Undecodable):
        read_stream_record(stream_record)
