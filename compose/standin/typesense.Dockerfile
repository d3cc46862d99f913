FROM eclipse-temurin:17-jre
COPY typesense-server /opt/typesense-server
VOLUME /data
ENTRYPOINT ["/opt/typesense-server"]
