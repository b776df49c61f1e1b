// @nestjs/axios and axios-retry with their defaults.
import { HttpModule, HttpService } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import axiosRetry from 'axios-retry';
import { firstValueFrom } from 'rxjs';
import { runContestant, measureCost } from '../contestant.mjs';

class Root {}
Module({ imports: [HttpModule] })(Root);
const app = await NestFactory.createApplicationContext(Root, { logger: false });
const http = app.get(HttpService);
axiosRetry(http.axiosRef);
const call = async (index) => {
  const { data } = await firstValueFrom(http.get(`${process.env.UPSTREAM_URL}/things/T-${index % 100}`));
  return data;
};

runContestant({ microsPerCall: async ({ count, width }) => (await measureCost(call, { count, width })) / count });
