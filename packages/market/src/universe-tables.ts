/**
 * The demo's universe as readable tables, which `universe.ts` parses. Names, classes and sectors are facts; figures are
 * orders of magnitude.
 */

/** `symbol|name|price|volatility %|beta|market value in thousands of millions`; `*` marks a member of the S&P 500. */
export const EQUITIES: Record<string, string> = {
  'Information Technology': `
    AAPL*|Apple|250|27|1.2|3700
    MSFT*|Microsoft|430|24|1.0|3200
    NVDA*|NVIDIA|140|48|1.8|3400
    AVGO*|Broadcom|230|42|1.5|1080
    ORCL*|Oracle|170|32|1.1|475
    CRM*|Salesforce|330|33|1.2|315
    ADBE*|Adobe|440|33|1.2|190
    AMD*|Advanced Micro Devices|125|47|1.7|200
    CSCO*|Cisco Systems|59|21|0.9|235
    ACN*|Accenture|350|24|1.1|220
    IBM*|IBM|220|22|0.7|205
    QCOM*|Qualcomm|155|35|1.3|172
    TXN*|Texas Instruments|188|29|1.1|171
    INTU*|Intuit|630|30|1.2|176
    NOW*|ServiceNow|1050|33|1.2|217
    AMAT*|Applied Materials|163|38|1.5|134
    MU*|Micron Technology|85|45|1.5|95
    INTC*|Intel|20|42|1.2|87
    PANW*|Palo Alto Networks|182|36|1.1|120
    PLTR*|Palantir Technologies|75|60|1.8|172`,
  'Communication Services': `
    GOOGL*|Alphabet Class A|190|29|1.1|2310
    GOOG*|Alphabet Class C|191|29|1.1|2320
    META*|Meta Platforms|590|36|1.3|1480
    NFLX*|Netflix|890|35|1.2|380
    DIS*|Walt Disney|111|27|1.0|201
    CMCSA*|Comcast|38|24|0.8|144
    VZ*|Verizon Communications|40|20|0.4|168
    T*|AT&T|23|21|0.5|163
    TMUS*|T-Mobile US|220|22|0.6|256
    TTWO*|Take-Two Interactive|184|30|0.9|32`,
  'Consumer Discretionary': `
    AMZN*|Amazon.com|220|32|1.3|2310
    TSLA*|Tesla|400|58|1.9|1280
    HD*|Home Depot|389|22|1.0|386
    MCD*|McDonald's|290|18|0.6|208
    NKE*|Nike|76|31|1.0|112
    LOW*|Lowe's|247|24|1.0|140
    SBUX*|Starbucks|91|28|0.8|103
    BKNG*|Booking Holdings|4970|30|1.2|164
    TJX*|TJX Companies|121|20|0.8|136
    ABNB*|Airbnb|131|38|1.3|83
    GM*|General Motors|53|34|1.2|58
    F*|Ford Motor|10|33|1.2|39`,
  'Consumer Staples': `
    WMT*|Walmart|90|20|0.5|725
    PG*|Procter & Gamble|168|17|0.4|395
    COST*|Costco Wholesale|916|21|0.8|406
    KO*|Coca-Cola|62|16|0.4|268
    PEP*|PepsiCo|152|18|0.4|208
    PM*|Philip Morris International|120|20|0.5|187
    MDLZ*|Mondelez International|60|19|0.4|80
    MO*|Altria|52|19|0.4|89
    CL*|Colgate-Palmolive|91|17|0.4|74
    TGT*|Target|135|33|0.9|62`,
  'Health Care': `
    LLY*|Eli Lilly|772|33|0.7|733
    UNH*|UnitedHealth Group|506|28|0.6|465
    JNJ*|Johnson & Johnson|145|17|0.4|348
    ABBV*|AbbVie|178|22|0.5|314
    MRK*|Merck|99|23|0.4|252
    TMO*|Thermo Fisher Scientific|520|25|0.8|199
    ABT*|Abbott Laboratories|113|20|0.6|196
    PFE*|Pfizer|27|25|0.5|150
    AMGN*|Amgen|261|24|0.5|140
    ISRG*|Intuitive Surgical|522|30|1.1|186
    GILD*|Gilead Sciences|92|23|0.4|115
    CVS*|CVS Health|45|33|0.6|57
    MRNA*|Moderna|42|62|1.2|16`,
  Financials: `
    BRK-B*|Berkshire Hathaway Class B|453|17|0.7|978
    JPM*|JPMorgan Chase|240|24|1.0|675
    V*|Visa|316|20|0.9|615
    MA*|Mastercard|527|21|0.9|484
    BAC*|Bank of America|44|27|1.1|337
    WFC*|Wells Fargo|70|28|1.1|234
    GS*|Goldman Sachs|573|27|1.2|180
    MS*|Morgan Stanley|126|27|1.2|203
    AXP*|American Express|297|27|1.2|209
    C*|Citigroup|70|29|1.2|133
    BLK*|BlackRock|1025|25|1.2|159
    SCHW*|Charles Schwab|74|28|1.0|135
    SPGI*|S&P Global|498|22|1.0|155
    PYPL*|PayPal|85|38|1.3|85
    COIN*|Coinbase Global|250|80|2.4|62
    TRV*|Travelers|241|22|0.6|55`,
  Industrials: `
    GE*|GE Aerospace|167|30|1.1|181
    CAT*|Caterpillar|363|28|1.1|175
    RTX*|RTX|116|21|0.6|154
    HON*|Honeywell|226|20|0.9|147
    UNP*|Union Pacific|228|21|0.8|138
    BA*|Boeing|177|38|1.2|132
    UPS*|United Parcel Service|126|26|0.9|107
    DE*|Deere|424|27|0.9|115
    LMT*|Lockheed Martin|486|20|0.4|115
    MMM*|3M|129|27|0.9|70
    FDX*|FedEx|281|31|1.1|68
    DAL*|Delta Air Lines|60|38|1.3|39
    UBER*|Uber Technologies|60|40|1.3|127`,
  Energy: `
    XOM*|Exxon Mobil|107|23|0.6|471
    CVX*|Chevron|145|23|0.7|260
    COP*|ConocoPhillips|99|29|0.8|128
    SLB*|SLB|38|33|1.0|54
    EOG*|EOG Resources|122|29|0.8|69
    OXY*|Occidental Petroleum|49|32|0.9|46`,
  Utilities: `
    NEE*|NextEra Energy|72|26|0.6|147
    SO*|Southern Company|82|18|0.4|90
    DUK*|Duke Energy|108|17|0.4|83
    CEG*|Constellation Energy|224|42|1.1|70
    AEP*|American Electric Power|92|19|0.4|49`,
  Materials: `
    LIN*|Linde|419|19|0.8|199
    SHW*|Sherwin-Williams|340|25|1.0|85
    FCX*|Freeport-McMoRan|38|40|1.5|55
    NEM*|Newmont|37|37|0.5|42
    ECL*|Ecolab|234|22|0.9|66
    DOW*|Dow|40|27|1.0|28`,
  'Real Estate': `
    PLD*|Prologis|106|28|1.1|98
    AMT*|American Tower|183|26|0.8|86
    EQIX*|Equinix|943|27|0.9|91
    SPG*|Simon Property Group|172|26|1.2|56
    O*|Realty Income|53|20|0.7|47`,
};

/** Listed in New York and in none of the demo's indexes: `symbol|name|sector|price|volatility %|beta|market value`. */
export const FOREIGN = `
  TSM|Taiwan Semiconductor ADR|Information Technology|197|38|1.4|1024
  ASML|ASML Holding ADR|Information Technology|693|37|1.4|272
  SHOP|Shopify|Information Technology|106|52|1.8|137
  BABA|Alibaba ADR|Consumer Discretionary|85|44|0.8|203
  NVO|Novo Nordisk ADR|Health Care|86|33|0.6|383
  TM|Toyota Motor ADR|Consumer Discretionary|195|25|0.7|262`;

export const LONDON = `
  VOD.L|Vodafone Group|Communication Services|0.68|24|0.8|17
  BP.L|BP|Energy|3.93|27|0.8|62
  HSBA.L|HSBC Holdings|Financials|7.85|22|0.9|141
  AZN.L|AstraZeneca|Health Care|104.7|23|0.6|162
  SHEL.L|Shell|Energy|24.75|22|0.8|151
  ULVR.L|Unilever|Consumer Staples|45.5|17|0.4|112
  RR.L|Rolls-Royce Holdings|Industrials|5.7|36|1.2|48`;

export const ETFS = `
  SPY|SPDR S&P 500 ETF Trust|586|15|1|620
  IVV|iShares Core S&P 500 ETF|589|15|1|590
  VOO|Vanguard S&P 500 ETF|539|15|1|560
  QQQ|Invesco QQQ Trust|511|20|1.22|315
  DIA|SPDR Dow Jones Industrial Average ETF|425|14|0.86|37
  IWM|iShares Russell 2000 ETF|221|22|1.15|70
  VTI|Vanguard Total Stock Market ETF|290|15.5|1.02|440
  EFA|iShares MSCI EAFE ETF|76|15|0.75|53
  VWO|Vanguard FTSE Emerging Markets ETF|44|17|0.7|80
  XLK|Technology Select Sector SPDR|233|23|1.3|72
  XLF|Financial Select Sector SPDR|48|19|1.0|50
  XLE|Energy Select Sector SPDR|86|24|0.75|33
  GLD|SPDR Gold Shares|242|15|0.05|74
  TLT|iShares 20+ Year Treasury Bond ETF|87|15|-0.1|50
  AGG|iShares Core US Aggregate Bond ETF|97|6|0.02|120`;

export const INDEXES = `
  ^GSPC|S&P 500|5880|15|1
  ^DJI|Dow Jones Industrial Average|42500|14|0.86
  ^IXIC|Nasdaq Composite|19300|20|1.2
  ^RUT|Russell 2000|2230|22|1.15`;

export const CRYPTO = `
  BTC-USD|Bitcoin|93500|52|1|1850
  ETH-USD|Ethereum|3330|66|1.15|400
  BNB-USD|BNB|700|55|0.9|101
  SOL-USD|Solana|190|85|1.4|91
  XRP-USD|XRP|2.1|80|1.1|120
  ADA-USD|Cardano|0.85|80|1.3|30
  DOGE-USD|Dogecoin|0.32|95|1.4|47
  AVAX-USD|Avalanche|36|88|1.4|15
  DOT-USD|Polkadot|6.7|80|1.3|10
  LINK-USD|Chainlink|20|82|1.3|13
  LTC-USD|Litecoin|103|70|1.1|8
  USDT-USD|Tether|1|0.4|0|138
  USDC-USD|USD Coin|1|0.3|0|44`;

export const FX = `
  EURUSD=X|Euro / US dollar|1.035|7.5
  GBPUSD=X|Pound sterling / US dollar|1.2516|8
  USDJPY=X|US dollar / Japanese yen|157.2|10
  USDCHF=X|US dollar / Swiss franc|0.9075|7.5
  USDCAD=X|US dollar / Canadian dollar|1.4375|6
  AUDUSD=X|Australian dollar / US dollar|0.6188|9.5
  NZDUSD=X|New Zealand dollar / US dollar|0.5595|10
  EURGBP=X|Euro / pound sterling|0.82694|5.5
  EURJPY=X|Euro / Japanese yen|162.70|9.5
  GBPJPY=X|Pound sterling / Japanese yen|196.75|10`;

export const COMMODITIES = `
  GC=F|Gold|2640|15|0.05
  SI=F|Silver|29.2|28|0.2
  CL=F|Crude oil WTI|71.7|36|0.4
  BZ=F|Brent crude oil|74.6|34|0.4
  NG=F|Natural gas|3.63|65|0.1
  HG=F|Copper|4.03|22|0.5`;

export const DOW = new Set(
  (
    'AAPL AMGN AMZN AXP BA CAT CRM CSCO CVX DIS GS HD HON IBM JNJ JPM KO MCD MMM MRK MSFT NKE NVDA PG SHW TRV UNH V VZ ' +
    'WMT'
  ).split(' '),
);
