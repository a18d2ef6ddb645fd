"""`python -m tests.portal.words`: take new messages into the catalogues, drop those that went, compile, say what is open."""

from tests.portal.words.catalogue import DOMAINS, LANGUAGES, merged, po, write


def main():
    for language in LANGUAGES:
        for domain in DOMAINS:
            catalogue = merged(language, domain)
            write(catalogue, po(language, domain))
            for message in catalogue:
                if message.id and not all([message.string] if isinstance(message.string, str) else message.string):
                    print(f"{po(language, domain)}: not translated: {message.id!r}")


if __name__ == "__main__":
    main()
