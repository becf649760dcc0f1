import type { SimulatedRefusals } from '../provider.ts';
import { jsonAnswer } from '../wire/simulated-answer.ts';

const error = (code: number, message: string, status = code) => jsonAnswer({ code, message, status: 'error' }, status);

export const simulatedRefusals: SimulatedRefusals = {
  // With HTTP 200, as it often comes: the code is in the body alone.
  overLimit: (window) =>
    error(
      429,
      window.perSeconds >= 86_400
        ? `You have run out of API credits for the day. ${window.used} API credits were used, with the current limit being ${window.limit}. Wait for the next day or consider switching to a higher tier plan at https://twelvedata.com/pricing`
        : `You have run out of API credits for the current minute. ${window.used} API credits were used, with the current limit being ${window.limit}. Wait for the next minute or consider switching to a higher tier plan at https://twelvedata.com/pricing`,
      200,
    ),
  badKey: () =>
    error(
      401,
      '**apikey** parameter is incorrect or not specified. You can get your free API key instantly following this link: https://twelvedata.com/pricing. If you believe that everything is correct, you can contact us at https://twelvedata.com/contact/customer',
    ),
  planForbids: () =>
    error(
      403,
      'This endpoint is available exclusively with Grow or Pro plans. Consider upgrading at https://twelvedata.com/pricing',
    ),
  notFound: () => error(404, 'The requested endpoint was not found.'),
  headers(windows): Record<string, string> {
    const minute = windows.find((window) => window.perSeconds === 60);
    return minute
      ? { 'api-credits-used': String(minute.used), 'api-credits-left': String(Math.max(0, minute.remaining)) }
      : {};
  },
  keyOf(request) {
    const header = request.headers.authorization;
    const value = Array.isArray(header) ? header[0] : header;
    return value?.replace(/^apikey\s+/i, '') ?? request.query.get('apikey');
  },
};
