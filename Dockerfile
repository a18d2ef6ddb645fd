# One image for every role: web, workers (CPU or CUDA, by TORCH_INDEX), beat, migrations.
FROM node:24-slim AS viewer
WORKDIR /build/static/viewer
COPY static/viewer/package.json static/viewer/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY static/ /build/static/
RUN npm run build

FROM python:3.11-slim
# Pango and HarfBuzz draw the PDF reports.
RUN apt-get update && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 overread && install -d -o overread /data
WORKDIR /app
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
COPY requirements.txt ./
RUN pip install --no-cache-dir --index-url ${TORCH_INDEX} torch==2.13.0 \
 && pip install --no-cache-dir -r requirements.txt
COPY manage.py pyproject.toml CHANGELOG.md LICENSE ./
COPY portal/ portal/
COPY inference/ inference/
COPY templates/ templates/
COPY locale/ locale/
COPY static/css/ static/css/
COPY static/img/ static/img/
COPY --from=viewer /build/static/viewer/dist/ static/viewer/dist/
ENV PYTHONUNBUFFERED=1 OVERREAD_DATA_DIR=/data OVERREAD_STATIC_ROOT=/app/staticfiles
RUN OVERREAD_SECRET_KEY=only-for-collecting-static-files-at-build-time \
    python manage.py collectstatic --no-input --verbosity 0
USER overread
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "3", "--threads", "8", "--timeout", "120"]
