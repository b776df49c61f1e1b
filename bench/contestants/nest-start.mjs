// Starts an empty Nest host on Fastify; ready when it listens.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { runContestant } from '../contestant.mjs';

class Root {}
Module({})(Root);
const app = await NestFactory.create(Root, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');

runContestant({});
