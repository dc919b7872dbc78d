# Wallets and banks of Asia outside India. Every example is invented.

bank bKash
country BD
sender bKash

template bkash-received
says transaction credit channel=mobile_money account=wallet currency=BDT
text You have received {amount} from {merchant}[. Ref {code}]. Fee {fee}. Balance {balance}. TrxID {ref} at {date} {time}
example You have received Tk 750.00 from 01700000321. Fee Tk 0.00. Balance Tk 1,912.30. TrxID CE40XQ7T2K at 04/05/2026 17:22
is amount=750.00; currency=BDT; direction=credit; balance=1912.30; reference=CE40XQ7T2K

template bkash-payment
says transaction debit channel=mobile_money account=wallet currency=BDT
text Payment {amount} to {merchant} is successful. Balance {balance}. TrxID {ref} at {date} {time}
example Payment Tk 320.00 to PADMA CONFECTIONERY is successful. Balance Tk 1,592.30. TrxID CE41XQ7T3L at 04/05/2026 18:09
is amount=320.00; currency=BDT; merchant=PADMA CONFECTIONERY; balance=1592.30; reference=CE41XQ7T3L

template bkash-cash-out
says transaction debit kind=cash_withdrawal channel=mobile_money account=wallet currency=BDT
text Cash Out {amount} to {code} successful. Fee {fee}. Balance {balance}. TrxID {ref} at {date} {time}
example Cash Out Tk 500.00 to 01700000654 successful. Fee Tk 9.25. Balance Tk 1,083.05. TrxID CE42XQ7T4M at 05/05/2026 10:31
is amount=500.00; fee=9.25; balance=1083.05; reference=CE42XQ7T4M; kind=cash_withdrawal
