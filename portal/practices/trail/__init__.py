"""The trail as a practice's auditors and admins see it; what it holds and how it is searched is portal.audit's."""
