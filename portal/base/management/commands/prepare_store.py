"""`manage.py prepare_store`: make the object store usable, and prove it with one write, read and delete."""

from botocore.exceptions import ClientError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from portal.base.ids import new_id

THERE_ALREADY = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}


class Command(BaseCommand):
    """Create the bucket where OBJECT_STORE is S3 and has none; check any store."""

    help = __doc__

    def handle(self, *args: object, **options: object) -> None:
        """CommandError with the store's own words when it cannot be used."""
        if bucket := getattr(default_storage, "bucket_name", None):
            self._make(str(bucket))
        name = default_storage.save(f"checks/{new_id()}", ContentFile(b"overread"))
        with default_storage.open(name) as file:
            if file.read() != b"overread":
                raise CommandError("The object store gave back other bytes than it was given.")
        default_storage.delete(name)
        self.stdout.write("The object store is ready.")

    def _make(self, bucket: str) -> None:
        client = default_storage.connection.meta.client  # type: ignore[attr-defined]
        try:
            client.create_bucket(Bucket=bucket)
        except ClientError as error:
            if error.response["Error"]["Code"] not in THERE_ALREADY:
                raise CommandError(f"Bucket {bucket} cannot be made: {error}") from error
