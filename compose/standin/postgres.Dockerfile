FROM eclipse-temurin:17-jre
RUN useradd --system --uid 999 --create-home postgres && mkdir -p /var/lib/postgresql/data && chown postgres /var/lib/postgresql/data
COPY postgres-17.11.0 /usr/local
COPY postgres-entrypoint /usr/local/bin/
USER postgres
VOLUME /var/lib/postgresql/data
ENTRYPOINT ["postgres-entrypoint"]
CMD ["postgres"]
