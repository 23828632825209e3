import { pageLock } from "./lib/page-lock.js";

pageLock().listen();
