# Banks and wallets that have no template, for whose money their texts mean: the country of a sender
# settles a sign that several currencies share, and a sum without one.

bank Access Bank
country NG
sender ACCESSBANK

bank United Bank for Africa
country NG
sender UBA

bank Guaranty Trust Bank
country NG
sender GTBank, GTB

bank Zenith Bank
country NG
sender ZENITHBANK, Zenith, ZENITH BANK

bank First Bank of Nigeria
country NG
sender FirstBank, FBNMOBILE

bank Opay
country NG
sender OPay

bank PalmPay
country NG
sender PalmPay

bank Kuda
country NG
sender Kuda

bank Moniepoint
country NG
sender Moniepoint

bank Fidelity Bank
country NG
sender FidelityBK

bank Jaiz Bank
country NG
sender Jaiz, JaizBank

bank Sterling Bank
country NG
sender Sterling, SterlingBnk

bank Wema Bank
country NG
sender Wema, ALAT

bank MTN Mobile Money Ghana
country GH
sender MobileMoney

bank Ecobank Ghana
country GH
sender EcobankGH

bank Equity Bank
country KE
sender EQUITYBANK, Equity Bank, EQUITEL

bank KCB
country KE
sender KCB, KCBGROUP

bank Co-operative Bank of Kenya
country KE
sender CoopBank, Co-opBank

bank NCBA Loop
country KE
sender NCBA, Loop b2c

bank CRDB Bank
country TZ
sender CRDB BANK, CRDB

bank NMB Tanzania
country TZ
sender NMB, NMB BANK

bank Mixx by Yas
country TZ
sender MIXX BY YAS, TIGOPESA

bank Selcom Pesa
country TZ
sender Selcom Pesa, SelcomPesa

bank Commercial Bank of Ethiopia
country ET
sender CBE, CBEBirr

bank telebirr
country ET
sender telebirr

bank Dashen Bank
country ET
sender DashenBank, Dashen Bank

bank Awash Bank
country ET
sender Awash Bank, AwashBank

bank Bank of Abyssinia
country ET
sender BankofAbyssinia

bank Zemen Bank
country ET
sender Zemen Bank

bank e-Mola
country MZ
sender eMola, e-Mola

bank Millennium BIM
country MZ
sender Mbim, MillenniumBIM

bank First National Bank
country ZA
sender FNB

bank Absa
country ZA
sender ABSA

bank Capitec
country ZA
sender Capitec

bank Nedbank
country ZA
sender NEDBANK

bank Standard Bank
country ZA
sender StandardBank

bank CIB
country EG
sender CIB

bank National Bank of Egypt
country EG
sender NBE

bank Banque Misr
country EG
sender BanqueMisr

bank QNB Alahli
country EG
sender QNBALAHLI

bank Attijariwafa Bank
country MA
sender ATTIJARI

bank Banco Nacional de Costa Rica
country CR
sender BNCR

bank Bancolombia
country CO
sender Bancolombia, 85540, 87400

bank Davivienda
country CO
sender Davivienda

bank Nequi
country CO
sender Nequi

bank Banco de Bogota
country CO
sender BcoBogota

bank BBVA Mexico
country MX
sender BBVAMX, BBVA Mexico

bank Banorte
country MX
sender Banorte

bank Banco de Chile
country CL
sender BancoChile

bank BancoEstado
country CL
sender BancoEstado

bank Banco Galicia
country AR
sender GALICIA

bank Mercado Pago Argentina
country AR
sender MercadoPagoAR

bank Interbank
country PE
sender Interbank

bank Sampath Bank
country LK
sender SAMPATHTXN, SAMPCCTXN, SAMPATH

bank Commercial Bank of Ceylon
country LK
sender COMBANK

bank Hatton National Bank
country LK
sender HNB, HNBALERT

bank National Savings Bank
country LK
sender NSB

bank Nations Trust Bank
country LK
sender NationsSMS

bank NDB Bank
country LK
sender NDB ALERT

bank Habib Bank
country PK
sender HBL

bank Meezan Bank
country PK
sender MEEZAN, Meezan Bank

bank Faysal Bank
country PK
sender FBL, FaysalBank

bank United Bank Pakistan
country PK
sender UBL

bank Allied Bank
country PK
sender ABL

bank MCB Bank
country PK
sender MCBLIVE

bank JazzCash
country PK
sender JazzCash

bank Easypaisa
country PK
sender Easypaisa

bank Nabil Bank
country NP
sender NABIL_ALERT

bank Siddhartha Bank
country NP
sender SBL_Alert

bank NMB Nepal
country NP
sender NMB_ALERT

bank Laxmi Sunrise Bank
country NP
sender LAXMI_ALERT

bank Machhapuchchhre Bank
country NP
sender MBL_ALERT

bank Everest Bank
country NP
sender EBL_ALERT

bank Global IME Bank
country NP
sender GIBL_ALERT

bank Nepal Bank
country NP
sender NBL_Alert

bank Prime Commercial Bank
country NP
sender PRIME_ALERT

bank Manjushree Finance
country NP
sender MFL_ALERT

bank Standard Chartered Nepal
country NP
sender SC_ALERT

bank eSewa
country NP
sender eSewa

bank DBS Singapore
country SG
sender DBS, DBS Bank

bank OCBC
country SG
sender OCBC

bank BDO Unibank
country PH
sender BDO

bank BPI
country PH
sender BPI

bank GCash
country PH
sender GCash

bank Maya
country PH
sender Maya

bank Commonwealth Bank
country AU
sender CommBank

bank Westpac
country AU
sender Westpac

bank ANZ
country AU
sender ANZ

bank Scotiabank
country CA
sender Scotiabank

bank HSBC Hong Kong
country HK
sender HSBC HK

bank Arab Bank
country JO
sender ArabBank

bank Emirates NBD
country AE
sender EmiratesNBD, EmiratesNB, ENBD

bank First Abu Dhabi Bank
country AE
sender FAB

bank Mashreq
country AE
sender Mashreq

bank Al Rajhi Bank
country SA
sender AlRajhiBank

bank Alinma Bank
country SA
sender Alinma

bank Bank Muscat
country OM
sender BankMuscat

bank Charles Schwab
country US
sender SCHWAB, CHARLES SCHWAB, SCHWAB BANK

bank Huntington Bank
country US
sender HUNTINGTON, Huntington Bank

bank Navy Federal Credit Union
country US
sender NAVYFED, NFCU

bank Discover
country US
sender DISCOVER

bank Wells Fargo
country US
sender WELLSFARGO

bank Bank of America
country US
sender BofA

bank Capital One
country US
sender CapitalOne
