"""The OpenAPI description is whole and names how programs sign in."""

import warnings


def test_the_description_is_served_and_names_the_bearer_token(cast):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = cast.client("alice").get("/api/v1/schema/", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    described = answer.json()
    assert described["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for path in ("/api/v1/exams/", "/api/v1/runs/", "/api/v1/cases/", "/api/v1/reads/", "/api/v1/batches/"):
        assert path in described["paths"], path
