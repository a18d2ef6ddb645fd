"""What people on a case write to each other. Who may see which comment is decided in `comments.py`."""

from __future__ import annotations

from django.db import models

from portal.base.ids import new_id
from portal.cases.models import Case
from portal.practices.models import User


class Comment(models.Model):
    """One comment; it is never edited. `line` and `knows` are facts of the moment it was written, and close it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="comments")
    # Who opened the case, which never changes: here too, so that an index finds the words that are for them.
    requester = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # Whose line it is in: one reader's words, and the answers to them, reach no other reader. None: everybody's.
    line = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    knows = models.BooleanField()  # its author had seen the suggestion, or others' reads
    text = models.TextField(max_length=2000)
    at = models.DateTimeField(auto_now_add=True)
    mentions = models.ManyToManyField(User, related_name="+", blank=True)

    class Meta:
        ordering = ["at"]
        indexes = [
            models.Index(fields=["at"], name="comments_by_time"),  # those that mention somebody
            models.Index(fields=["line", "at"], name="words_in_a_line"),
            models.Index(fields=["requester", "at"], name="words_for_who_asked"),
        ]

    def __str__(self) -> str:
        return f"comment on {self.case_id}"


class CommentSeen(models.Model):
    """That a comment was shown to a person."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="seen")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="one_mark_per_person")]

    def __str__(self) -> str:
        return f"{self.comment_id} seen by {self.user_id}"
