"""REST: the comments on a case."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.cases.people import user_of
from portal.reading.api_cases import case_or_404
from portal.reading.comments import LIMIT, MENTIONS, addressed, shown_comments, write_comment
from portal.reading.models import Comment


class CommentSerializer(serializers.ModelSerializer[Comment]):
    """A comment that is open to the asker. `line`: whose line it is in; null is everybody's."""

    author = serializers.CharField(source="author.name", read_only=True)
    seen_by = serializers.SerializerMethodField()

    class Meta:
        model = Comment
        fields = ("id", "author", "line", "text", "at", "mentions", "seen_by")
        read_only_fields = fields

    def get_seen_by(self, comment: Comment) -> list[str]:
        """The names of the people to whom it was shown on a page."""
        return sorted(mark.user.name for mark in comment.seen.all())


class WriteSerializer(serializers.Serializer[Any]):
    """A comment to everybody, or into the line of the reader `to`; a reader's own words are always in their own line."""

    text = serializers.CharField(max_length=LIMIT)
    to = serializers.UUIDField(required=False, allow_null=True, default=None)
    mentions = serializers.ListField(child=serializers.UUIDField(), max_length=MENTIONS, required=False, default=list)


class CommentsView(APIView):
    """The comments on a case that are open to the asker, oldest first; POST adds one."""

    scope = "cases"

    @extend_schema(responses=CommentSerializer(many=True))
    def get(self, request: Request, pk: object) -> Response:
        """Read them; only a page counts as having shown one."""
        case = case_or_404(request, pk)
        return Response(CommentSerializer(shown_comments(case, user_of(request)), many=True).data)

    @extend_schema(request=WriteSerializer, responses={201: CommentSerializer})
    def post(self, request: Request, pk: object) -> Response:
        """Write one."""
        case = case_or_404(request, pk)
        asked = WriteSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user, said = user_of(request), asked.validated_data
        to, mentions = addressed(case, user, said["to"], said["mentions"])
        comment = write_comment(case=case, actor=user, text=said["text"], to=to, mentions=mentions)
        return Response(CommentSerializer(comment).data, status=status.HTTP_201_CREATED)
