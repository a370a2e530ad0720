# One image for every process: `serve`, `worker`, `migrate`. The database is a server of its own (compose.yaml).
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PROJECT_ENVIRONMENT=/opt/adempauze
WORKDIR /src
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --no-install-project
COPY surveys surveys
COPY analytics analytics
COPY adapters adapters
COPY bot bot
RUN uv sync --locked --no-dev --no-editable

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent adempauze \
 && install -d -o adempauze -g adempauze -m 0700 /etc/adempauze /var/lib/adempauze
COPY --from=build /opt/adempauze /opt/adempauze
ENV PATH=/opt/adempauze/bin:$PATH PYTHONUNBUFFERED=1 \
    ADEMPAUZE_CONFIG_DIR=/etc/adempauze \
    ADEMPAUZE_DATA_DIR=/var/lib/adempauze \
    ADEMPAUZE_HOST=0.0.0.0 \
    ADEMPAUZE_PORT=8321
USER adempauze
# The key file lies in the configuration directory, apart from the data: never back them up together.
VOLUME ["/etc/adempauze", "/var/lib/adempauze"]
EXPOSE 8321
ENTRYPOINT ["adempauze"]
CMD ["serve"]
