import pytest

from infra.settings import BadSettings, Settings, environment_settings, read_country_header, read_settings


def test_without_any_setting_there_are_defaults() -> None:
    nothing = Settings(None, None, "milepost@localhost", (), None, [], "")
    assert read_settings({}) == nothing
    names = ("ADMIN_KEY", "SMTP_URL", "MAIL_FROM", "MAIL_TO", "PUBLIC_URL", "TRUSTED_PROXIES", "COUNTRY_HEADER")
    assert read_settings({f"MILEPOST_{name}": "" for name in names}) == nothing


def test_all_settings_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILEPOST_ADMIN_KEY", "mp_admin")
    monkeypatch.setenv("MILEPOST_SMTP_URL", "smtps://user:p%40ss@mail.example:465")
    monkeypatch.setenv("MILEPOST_MAIL_FROM", "Milepost <stats@example.org>")
    monkeypatch.setenv("MILEPOST_MAIL_TO", "me@example.org, Yöu <you@example.org>,")
    monkeypatch.setenv("MILEPOST_PUBLIC_URL", "https://stats.example.org/")
    monkeypatch.setenv("MILEPOST_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8")
    monkeypatch.setenv("MILEPOST_COUNTRY_HEADER", "CF-IPCountry")
    settings = environment_settings()
    assert settings.admin_key == "mp_admin"
    assert settings.smtp_url == "smtps://user:p%40ss@mail.example:465"
    assert settings.mail_from == "Milepost <stats@example.org>"
    assert settings.mail_to == ("me@example.org", "Yöu <you@example.org>")
    assert settings.public_url == "https://stats.example.org"
    assert list(map(str, settings.trusted_proxies)) == ["127.0.0.1/32", "10.0.0.0/8"]
    assert settings.country_header == "cf-ipcountry"


@pytest.mark.parametrize("scheme", ["smtp", "smtp+starttls", "smtps"])
def test_each_way_to_a_mail_server_is_taken(scheme: str) -> None:
    url = f"{scheme}://mail.example"
    assert read_settings({"MILEPOST_SMTP_URL": url, "MILEPOST_MAIL_TO": "me@example.org"}).smtp_url == url


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        *(
            ("SMTP_URL", value, "MILEPOST_SMTP_URL is not an address such as smtps://user:password@host:465")
            for value in (
                "mail.example",
                "https://mail.example",
                "smtps://",
                "smtps://u:SECRET@mail:port",
                "smtp://h:0",
            )
        ),
        *(
            ("PUBLIC_URL", value, "MILEPOST_PUBLIC_URL is not an address such as https://stats.example.org")
            for value in ("stats.example.org", "ftp://stats.example.org", "https://", "https://[::1", "http://h:99999")
        ),
        *(
            ("MAIL_FROM", value, "MILEPOST_MAIL_FROM is not a mail address such as milepost@example.org")
            for value in ("milepost", "a@", "@b", "a@b\nBcc: c@d", "ü@example.org", "a@b, c@d")
        ),
        *(
            ("MAIL_TO", value, "MILEPOST_MAIL_TO is not a mail address such as milepost@example.org")
            for value in ("me", "me@example.org,you", "me@example.org\r\nBcc: x@y", "é@example.org")
        ),
        (
            "TRUSTED_PROXIES",
            "localhost",
            "MILEPOST_TRUSTED_PROXIES: 'localhost' does not appear to be an IPv4 or IPv6 network; "
            "give addresses or networks, such as 127.0.0.1,10.0.0.0/8",
        ),
        *(
            ("COUNTRY_HEADER", value, "MILEPOST_COUNTRY_HEADER is not the name of a header such as cf-ipcountry")
            for value in ("cf-ipcountry:", "cf ipcountry", "a,b", "länd", "a\n")
        ),
    ],
)
def test_a_bad_setting_is_refused_by_name_and_told_what_would_be_right(name: str, value: str, message: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        read_settings({"MILEPOST_MAIL_TO": "me@example.org", f"MILEPOST_{name}": value})
    assert str(refusal.value) == message


def test_a_mail_server_without_recipients_is_refused() -> None:
    with pytest.raises(BadSettings, match="MILEPOST_MAIL_TO is not: say who gets the mails"):
        read_settings({"MILEPOST_SMTP_URL": "smtp://mail.example"})


def test_a_header_of_nobody_who_is_believed_is_refused() -> None:
    with pytest.raises(BadSettings, match="MILEPOST_TRUSTED_PROXIES is not: say whose is believed"):
        read_settings({"MILEPOST_COUNTRY_HEADER": "cf-ipcountry"})
    assert read_country_header({"MILEPOST_COUNTRY_HEADER": "Cf-IPCountry"}) == "cf-ipcountry"
