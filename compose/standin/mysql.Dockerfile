FROM eclipse-temurin:17-jre
RUN useradd --system --uid 999 --create-home mysql && mkdir -p /var/lib/mysql && chown mysql /var/lib/mysql
COPY mysql-8.0.33 /usr/local/mysql
COPY mysql-entrypoint /usr/local/bin/
USER mysql
VOLUME /var/lib/mysql
ENTRYPOINT ["mysql-entrypoint"]
