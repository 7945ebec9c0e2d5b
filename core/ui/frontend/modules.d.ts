declare module "htmx.org/dist/ext/*.js";
