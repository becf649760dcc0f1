import type { SimulatedRefusals } from '../provider.ts';
import { jsonAnswer } from '../wire/simulated-answer.ts';

const SITE = 'https://www.alphavantage.co';

export const simulatedRefusals: SimulatedRefusals = {
  overLimit: (window) =>
    jsonAnswer({
      Information:
        window.perSeconds >= 86_400
          ? `Thank you for using Alpha Vantage! Our standard API rate limit is ${window.limit} requests per day. Please subscribe to any of the premium plans at ${SITE}/premium/ to instantly remove all daily rate limits.`
          : window.perSeconds >= 60
            ? `Thank you for using Alpha Vantage! Our standard API call frequency is ${window.limit} calls per minute. Please visit ${SITE}/premium/ if you would like to target a higher API call frequency.`
            : `Thank you for using Alpha Vantage! Please consider spreading out your free API requests more sparingly (${window.limit} request per second).`,
    }),
  badKey: () =>
    jsonAnswer({
      'Error Message': `the parameter apikey is invalid or missing. Please claim your free API key on (${SITE}/support/#api-key). It should take less than 20 seconds.`,
    }),
  planForbids: () =>
    jsonAnswer({
      Information: `Thank you for using Alpha Vantage! This is a premium endpoint. You may subscribe to any of the premium plans at ${SITE}/premium/ to instantly unlock all premium endpoints`,
    }),
  notFound: (request) =>
    jsonAnswer({ 'Error Message': `This API function (${request.query.get('function') ?? ''}) does not exist.` }),
  keyOf: (request) => request.query.get('apikey'),
};
