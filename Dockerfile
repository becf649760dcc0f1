# One image for every process: the argument says which. Node 26 comes from the image, so the pinned one is left out.
FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund && npm run -s build --workspaces --if-present

FROM node:26-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production MALLOC_ARENA_MAX=1 HOST=0.0.0.0 HEALTH_HOST=0.0.0.0 HEALTH_PORT=9090
COPY package.json package-lock.json ./
COPY apps apps
COPY packages packages
COPY drizzle drizzle
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund && npm cache clean --force
COPY --from=build /app/apps/dashboard/dist apps/dashboard/dist
USER node
EXPOSE 8080 9090
ENTRYPOINT ["node", "--max-semi-space-size=8", "--v8-pool-size=1", "--heap-growing-percent=50", "--require=./packages/runtime/src/lean-http.cjs"]
CMD ["apps/api/src/main.ts"]
