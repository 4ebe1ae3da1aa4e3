# Temporal's native library needs glibc: no Alpine.
FROM node:20-bookworm-slim AS build
WORKDIR /upwave
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /upwave
COPY --from=build /upwave/node_modules node_modules
COPY --from=build /upwave/dist dist
COPY --from=build /upwave/plans plans
COPY --from=build /upwave/package.json .
USER node
ENTRYPOINT ["node", "dist/client/main.js"]
CMD ["worker"]
